/**
 * How good a network over examples is at its task: batches and what was predicted of them go in,
 * sums that add up come out, and of these the metrics that the task has, in their order. {@link
 * org.seqlm.metrics.task.ExampleCost} is what a prediction costs each example by itself.
 */
package org.seqlm.metrics.task;
