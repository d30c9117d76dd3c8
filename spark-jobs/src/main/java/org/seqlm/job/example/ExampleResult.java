package org.seqlm.job.example;

/** What {@code example} wrote. */
sealed interface ExampleResult permits GrammarResult, TaskResult {}
