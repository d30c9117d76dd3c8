/**
 * A prepared corpus: what its manifest says, how it is cut into splits, and the segments that hold
 * the token ids of each split.
 */
package org.seqlm.dataset;
