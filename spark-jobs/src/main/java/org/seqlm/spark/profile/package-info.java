/**
 * The profile of a corpus in Spark: text goes in, read once, a task a range; words are shuffled by
 * their hash, sorted by (word, place in the text), and folded in that order; a {@code
 * profile.CorpusProfile} comes out, the same whatever the tasks.
 */
package org.seqlm.spark.profile;
