package org.seqlm.job.retrain;

import org.seqlm.metrics.Night;

/**
 * What a night finds out beside its decision; null for what was left out.
 *
 * @param drift of its text
 * @param ngrams counted, and their model beside the others
 * @param samples of both models
 */
record NightFindings(Night.Drift drift, Night.Ngrams ngrams, Night.Samples samples) {}
