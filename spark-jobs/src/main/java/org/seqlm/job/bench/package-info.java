/** {@code seqlm bench}: measurements that users can repeat. */
package org.seqlm.job.bench;
