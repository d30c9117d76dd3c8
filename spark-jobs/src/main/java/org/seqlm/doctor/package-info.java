/**
 * What {@code seqlm doctor} judges: what processes of an application told of themselves ({@link
 * org.seqlm.doctor.ProcessFacts}) goes in, and findings come out, one a check and group of
 * processes of which the same is said, in the order of the checks. Nothing is asked here.
 */
package org.seqlm.doctor;
