/**
 * {@code seqlm counts}: counts of n-grams that are added, subtracted, cut and shown without the
 * text they were counted from.
 */
package org.seqlm.job.counts;
