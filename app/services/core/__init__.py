"""What every service uses: the service context with its unit of work, change notices, keyset lists,
saved forms, file storage and backups."""
