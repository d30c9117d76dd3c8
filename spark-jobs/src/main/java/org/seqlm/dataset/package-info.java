/**
 * A prepared corpus: what its manifest says, how it is cut into splits, and the segments that hold
 * the token ids of each split; and labelled examples, whose blocks hold typed columns in Parquet.
 */
package org.seqlm.dataset;
