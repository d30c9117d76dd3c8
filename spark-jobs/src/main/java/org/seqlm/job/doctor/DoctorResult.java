package org.seqlm.job.doctor;

import java.util.List;
import org.seqlm.doctor.Finding;
import org.seqlm.doctor.ProcessFacts;
import org.seqlm.doctor.ReachRules;

/**
 * The result of {@code doctor}.
 *
 * @param exitCode what the findings come to: 0, 2 or 5
 * @param findings in the order of the checks
 * @param fixed what {@code --fix} did, a line each
 * @param executors how many were reached; null where all of Spark is one process, or none came up
 * @param processes what each told of itself, the driver first
 * @param seconds that all of it took
 */
record DoctorResult(
    int exitCode,
    List<Finding> findings,
    List<String> fixed,
    ReachRules.Executors executors,
    List<ProcessFacts> processes,
    double seconds) {}
