package org.seqlm.job.submit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What spark-submit logs of a job on a cluster, as {@code conf/log4j2-submit.properties} has it
 * log: the job's name, its states, and why it did not go well. Warnings and all that is not of the
 * log are handed on; the rest is told in one line by who asks.
 */
final class SubmitLog {
  /** As spark-submit's own messages spell them; the level begins a record of the log. */
  private static final Pattern RECORD = Pattern.compile("(TRACE|DEBUG|INFO|WARN|ERROR|FATAL) .*");

  private static final Pattern UNCAUGHT =
      Pattern.compile("Exception in thread \"[^\"]*\" (?:[\\w.$]+: )?(.*)");

  private static final Pattern ID =
      Pattern.compile("\\b(application_\\d+_\\d+|driver-\\d{14}-\\d+)\\b");
  private static final Pattern STATE =
      Pattern.compile("\\(state: ([A-Z_]+)\\)|State of driver \\S+ is ([A-Z]+)");
  private static final Pattern PLACE =
      Pattern.compile("tracking URL: (http\\S+)|Driver running on (\\S+)");

  /** Of our own driver, where YARN keeps it. */
  private static final Pattern ENDED =
      Pattern.compile(Pattern.quote(CommandFailure.NAME) + " (\\d{1,3})(?:: ([^\\r\\n]*))?");

  private static final Pattern REFUSAL =
      Pattern.compile("(?:Failed to submit \\S+ to YARN ?|Exception from cluster was): .*");

  private static final Set<String> OVER = Set.of("FINISHED", "FAILED", "KILLED", "ERROR");

  private static final int MOST = 400;

  private final Consumer<String> passed;
  private final Consumer<String> news;
  private final List<String> errors = new ArrayList<>();
  private String level = "";
  private String id;
  private String state = "";
  private String place = "";
  private String told = "";

  /**
   * @param passed receives lines that are for the user as they are
   * @param news receives the job's name, state and place when one has changed
   */
  SubmitLog(Consumer<String> passed, Consumer<String> news) {
    this.passed = passed;
    this.news = news;
  }

  /** The next line. */
  synchronized void line(String line) {
    Matcher record = RECORD.matcher(line);
    if (record.matches()) {
      level = record.group(1);
    } else if (UNCAUGHT.matcher(line).matches()) {
      level = "ERROR";
    }
    switch (level) {
      case "INFO" -> understand(line);
      case "ERROR", "FATAL" -> {
        if (errors.size() < MOST) {
          errors.add(line);
        }
      }
      default -> passed.accept(line);
    }
  }

  private void understand(String line) {
    Matcher found = ID.matcher(line);
    if (id == null && found.find()) {
      id = found.group(1);
    }
    found = STATE.matcher(line);
    if (found.find()) {
      state = found.group(1) == null ? found.group(2) : found.group(1);
    }
    found = PLACE.matcher(line);
    if (found.find()) {
      place = found.group(1) == null ? "at " + found.group(2) : found.group(1);
      if (found.group(2) != null) {
        state = "RUNNING";
      }
    }
    tell();
  }

  private void tell() {
    String now =
        id == null || state.isEmpty()
            ? ""
            : id
                + " is "
                + state.toLowerCase(java.util.Locale.ROOT)
                + (state.equals("RUNNING") && !place.isEmpty() ? ", " + place : "");
    // How it ended is told by who asks.
    if (!now.equals(told) && !now.isEmpty() && !over()) {
      told = now;
      news.accept(now);
    }
  }

  /** The job's name with its cluster manager; empty until it has one. */
  synchronized Optional<String> id() {
    return Optional.ofNullable(id);
  }

  /**
   * Whether the manager has the job, or may have it. YARN's jobs have a name before they are handed
   * over: one that never had a state was not taken, unless a signal ended spark-submit in between.
   *
   * @param submitCode how spark-submit ended
   */
  synchronized boolean taken(int submitCode) {
    return id != null && (!state.isEmpty() || !id.startsWith("application_") || submitCode > 128);
  }

  /** Its last state, in the manager's words; empty while none is known. */
  synchronized String state() {
    return state;
  }

  /** Whether that is one at the end. */
  synchronized boolean over() {
    return OVER.contains(state);
  }

  /** An exit code and what goes with it. */
  record Ended(int code, String line) {}

  /** How the command ended, where the manager's diagnostics tell; else empty. */
  synchronized Optional<Ended> ended() {
    for (String line : errors) {
      Matcher ended = ENDED.matcher(line);
      if (ended.find() && Integer.parseInt(ended.group(1)) <= 255) {
        String why = ended.group(2) == null ? "" : ended.group(2);
        return Optional.of(new Ended(Integer.parseInt(ended.group(1)), why));
      }
    }
    return Optional.empty();
  }

  /** Why the job was not taken or came to an end, in one line; empty where nothing is said. */
  synchronized String why() {
    String why = "";
    for (String line : errors) {
      Matcher refusal = REFUSAL.matcher(line);
      Matcher uncaught = UNCAUGHT.matcher(line);
      if (refusal.find()) {
        return refusal.group();
      }
      if (line.startsWith("ERROR ")) {
        why = line.substring("ERROR ".length());
      } else if (uncaught.matches() && why.isEmpty()) {
        why = uncaught.group(1);
      }
    }
    return why;
  }
}
