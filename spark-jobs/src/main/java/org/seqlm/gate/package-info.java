/**
 * Whether a challenger takes the champion's place: what both make of fresh held-out documents goes
 * in, in a fixed order, and a decision with its reasons and numbers comes out. {@link
 * org.seqlm.gate.BettingTest} is the evidence, {@link org.seqlm.gate.ErrorBudget} what a year of
 * such decisions may err, {@link org.seqlm.gate.Gate} the decision. {@link
 * org.seqlm.gate.PairedTest} is one comparison by itself, of what two models cost each example.
 */
package org.seqlm.gate;
