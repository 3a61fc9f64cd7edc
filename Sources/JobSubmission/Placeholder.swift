// JobSubmission
