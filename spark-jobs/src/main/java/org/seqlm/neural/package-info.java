/**
 * Recurrent language models without an engine and without Spark: what a network is, how its
 * parameters lie in memory, how it predicts, how a worker walks through its text, how learning
 * rates and the average of the workers move.
 */
package org.seqlm.neural;
