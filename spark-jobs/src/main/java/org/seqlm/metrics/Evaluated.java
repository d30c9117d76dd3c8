package org.seqlm.metrics;

/** A result of {@code evaluate}. */
public sealed interface Evaluated permits Evaluation, TaskEvaluation {}
