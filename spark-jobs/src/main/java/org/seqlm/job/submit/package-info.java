/**
 * One meaning of a command wherever its driver is: a driver on a cluster keeps its bulletin, a
 * small file with what it says and its exit code ({@link org.seqlm.job.submit.BulletinWriter}); who
 * submitted it follows and ends as it did ({@link org.seqlm.job.submit.Submission}).
 */
package org.seqlm.job.submit;
