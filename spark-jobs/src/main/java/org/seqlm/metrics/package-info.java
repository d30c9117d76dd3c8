/**
 * What jobs measure, as records that results, a run's metrics and reports share: a round of
 * averaging, what a model makes of a split, and which of two continuations it prefers.
 */
package org.seqlm.metrics;
