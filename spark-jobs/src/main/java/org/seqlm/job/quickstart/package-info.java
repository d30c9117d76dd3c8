/** {@code seqlm quickstart}: all commands, one after the other, on the built-in example. */
package org.seqlm.job.quickstart;
