"""The web app's other half: HTTP, the live WebSocket, and the database."""
