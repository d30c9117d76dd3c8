/**
 * How bytes cross between processes: serialisers for Kryo, Hadoop's settings, and shuffles keyed by
 * a number.
 */
package org.seqlm.spark.io;
