/**
 * What {@link org.seqlm.spark.AveragingTrainingMaster} is made of: its settings, hooks and
 * listeners, and a fit. Data sets of any size go in, are cut and joined to batches of one size, in
 * the order of the data, and dealt to workers without loss; rounds of averaging train them.
 */
package org.seqlm.spark.dl4j;
