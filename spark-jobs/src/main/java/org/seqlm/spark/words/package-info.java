/**
 * Ranking words, from {@link org.seqlm.spark.words.WordRanking}: counts of words by range go in,
 * are added by hash of the word, and come out sorted by count, then bytes; a word's rank is its id.
 * Behind a vocabulary that is there new words follow its ids ({@link
 * org.seqlm.spark.words.WordAppending}). Words of several vocabularies are matched by hash, too,
 * and what their ids become is kept for tasks ({@link org.seqlm.spark.words.WordJoining}); those of
 * one are ranked anew within limits ({@link org.seqlm.spark.words.WordCutting}). A vocabulary lies
 * in the driver's memory or, sorted by id, on the executors' disks.
 */
package org.seqlm.spark.words;
