"""Version 1 of the API: analyses, their files and progress; athletes, teams and sessions."""
