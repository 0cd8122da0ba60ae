"""Recording signs with the people who sign them: prompts, consent, landmarks, and the way back out."""
