/**
 * What runs in Spark, a room a concern, and the names that users of Spark hold: the training master
 * for dl4j-spark with its {@link org.seqlm.spark.OnDivergence}, and the registrator for Kryo. The
 * algorithms themselves lie in the packages before.
 */
package org.seqlm.spark;
