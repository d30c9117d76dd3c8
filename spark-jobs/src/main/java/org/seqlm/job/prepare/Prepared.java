package org.seqlm.job.prepare;

/** What {@code prepare} made: a dataset of text, or labelled examples. */
public sealed interface Prepared permits PrepareResult, ExamplesResult {}
