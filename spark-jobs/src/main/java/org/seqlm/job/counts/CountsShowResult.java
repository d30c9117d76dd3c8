package org.seqlm.job.counts;

import java.util.List;
import org.seqlm.ngram.files.CountedText;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.spark.ngrams.CountsDigest;

/**
 * What {@code counts show} tells.
 *
 * @param words that appear
 * @param texts that were counted
 * @param orders by order; empty where nothing was read
 */
record CountsShowResult(
    String input,
    String fingerprint,
    NgramDetails details,
    int words,
    List<CountedText> texts,
    List<CountsDigest.Order> orders) {}
