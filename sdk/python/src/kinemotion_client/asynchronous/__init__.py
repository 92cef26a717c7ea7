"""The client for programs that use asyncio."""
