/**
 * How often the gate errs, and what it sees: years of nights are drawn whose true gain is known,
 * and the share with a false promotion comes out, and that of nights that promote a true gain.
 * {@code SimulatedNights} draws in one process, {@code GateBench} deals years to Spark's tasks.
 */
package org.seqlm.bench.gate;
