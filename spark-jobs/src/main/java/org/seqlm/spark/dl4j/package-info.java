/**
 * What {@link org.seqlm.spark.AveragingTrainingMaster} trains on: data sets of any size, cut and
 * joined to batches of one size and dealt to workers without loss, in the order of the data.
 */
package org.seqlm.spark.dl4j;
