/**
 * {@code seqlm nightly-demo}: nights of {@code retrain} on the built-in example, some of which go
 * wrong. A seed goes in; each night's text is written ({@code DemoText}), a night is done as a user
 * does it ({@code DemoNights}), and its row comes out, in the order of the nights; at the end, what
 * was promised of them and whether it held ({@code Promises}).
 */
package org.seqlm.job.nightlydemo;
