/**
 * Samples of generated text held against the text that models were trained on: samples and datasets
 * go in, one pass over the tokens of each train split in Spark, and what of each sample stands
 * there, but rarely, comes out, in the order of the samples.
 */
package org.seqlm.spark.samples;
