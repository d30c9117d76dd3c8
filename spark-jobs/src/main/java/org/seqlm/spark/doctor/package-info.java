/**
 * Asking the processes of an application how they are: a {@link
 * org.seqlm.spark.doctor.ProcessQuestion} goes to the driver and to every executor that is
 * registered, and what each tells of itself comes back, the driver first, then executors by their
 * numbers.
 */
package org.seqlm.spark.doctor;
