/**
 * The files of slices: tries of contexts, read backwards, level by level. Bytes of records go in,
 * from whoever knows what they hold; contexts in the order of their keys come out. What does not
 * fit in a task's memory waits on its disk.
 */
package org.seqlm.ngram.trie;
