// JobSubmission tests
