/**
 * Scoring in Spark, with any model that a path names: a dataset's split, raw text line by line,
 * pairs of continuations, or several models for their mixture; what is being trained its engine
 * scores ({@link org.seqlm.spark.scoring.EngineScoring}). Sums are taken in the order of the text.
 * {@link org.seqlm.spark.scoring.ExampleScoring} is of networks over labelled examples.
 */
package org.seqlm.spark.scoring;
