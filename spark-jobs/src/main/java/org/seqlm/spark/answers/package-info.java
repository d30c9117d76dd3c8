/**
 * What a back-off model that is too large for a process says of a text. The text's windows go to
 * the slices of the model's artifact, the answers come back to the ranges of the text, and a model
 * that holds them alone reads it.
 */
package org.seqlm.spark.answers;
