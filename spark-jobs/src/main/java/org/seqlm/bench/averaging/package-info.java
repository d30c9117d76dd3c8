/**
 * What a round costs beside its steps, what it would on a cluster, and our training master beside
 * the one that ships with dl4j-spark.
 */
package org.seqlm.bench.averaging;
