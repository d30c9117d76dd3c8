package org.seqlm.artifact;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Who holds a {@link Claim}, as its file says.
 *
 * @param unique twelve hexadecimal digits of this claim alone
 * @param work what he does, for people: {@code the night of 2026-11-28}
 * @param host of the process, for people
 * @param place where its number means it: host, user and, where there are such things, the
 *     machine's last start and the space of numbers of processes
 * @param process its number there
 * @param started when it started, in milliseconds since 1970, give or take some seconds; null where
 *     nobody knows
 * @param since when it took the claim, in UTC
 * @param beatSeconds between two signs of life
 * @param beat how many there were
 * @param ended whether he gave it back
 */
record Claimant(
    String unique,
    String work,
    String host,
    String place,
    long process,
    @JsonInclude(JsonInclude.Include.NON_NULL) Long started,
    String since,
    double beatSeconds,
    long beat,
    boolean ended) {
  /** Claims of this process that are not given back. */
  private static final Set<String> HERE = ConcurrentHashMap.newKeySet();

  /**
   * Two processes may say a little differently when a third started, as the clock is set; and a
   * number is not given again so soon.
   */
  private static final long SAME_START = TimeUnit.SECONDS.toMillis(10);

  private static final Path SPACE = Path.of("/proc/self/ns/pid");

  /** Another one each time a machine starts. */
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  /** This process, with a claim that it takes now. */
  static Claimant here(String unique, String work, double beatSeconds) {
    String host = hostName();
    return new Claimant(
        unique,
        work,
        host,
        place(host),
        ProcessHandle.current().pid(),
        started(ProcessHandle.current()),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        beatSeconds,
        0,
        false);
  }

  private static String place(String host) {
    String space = "";
    try {
      // Containers may share the host's name, but not its numbers of processes.
      space = Files.readSymbolicLink(SPACE).toString();
    } catch (IOException | UnsupportedOperationException e) {
      // No such thing here.
    }
    // Machines may share a name, too.
    return host + " " + System.getProperty("user.name") + " " + boot() + " " + space;
  }

  private static String boot() {
    try {
      return Files.readString(BOOT).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private static Long started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(null);
  }

  /** Reads one; empty where a file is not whole, as while it is written. */
  static Optional<Claimant> read(byte[] bytes) {
    try {
      return Optional.ofNullable(
          Json.mapper().readValue(new String(bytes, StandardCharsets.UTF_8), Claimant.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  byte[] bytes() {
    return Json.pretty(this).getBytes(StandardCharsets.UTF_8);
  }

  /** The same with another sign of life. */
  Claimant beats() {
    return new Claimant(
        unique, work, host, place, process, started, since, beatSeconds, beat + 1, ended);
  }

  /** The same, given back. */
  Claimant ends() {
    return new Claimant(
        unique, work, host, place, process, started, since, beatSeconds, beat, true);
  }

  /** Notes that this process holds it. */
  void hold() {
    HERE.add(unique);
  }

  /** Notes that this process holds it no more. */
  void letGo() {
    HERE.remove(unique);
  }

  /** Whether he is known to be alive, or not to be; empty for a process that cannot be seen. */
  Optional<Boolean> alive() {
    if (!place.equals(place(hostName()))) {
      return Optional.empty();
    }
    if (process == ProcessHandle.current().pid() && isStart(started(ProcessHandle.current()))) {
      return Optional.of(HERE.contains(unique));
    }
    return Optional.of(
        ProcessHandle.of(process)
            .filter(ProcessHandle::isAlive)
            .filter(one -> isStart(started(one)))
            .isPresent());
  }

  private boolean isStart(Long other) {
    return started == null || other == null || Math.abs(started - other) <= SAME_START;
  }

  /** For people. */
  String told() {
    return "process " + process + " on " + host + " has " + work + " in hand since " + since;
  }
}
