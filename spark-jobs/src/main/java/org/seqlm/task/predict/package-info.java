/**
 * What a network over examples says of records, without Spark: records as they were read and what
 * an engine predicted of them go in, batch by batch; rows come out ({@code PredictionRows}), as
 * JSON lines or Parquet, in the order of the records.
 */
package org.seqlm.task.predict;
