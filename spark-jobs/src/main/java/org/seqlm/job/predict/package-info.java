/**
 * {@code seqlm predict}: a network over examples and people's records in, what it says of each out.
 */
package org.seqlm.job.predict;
