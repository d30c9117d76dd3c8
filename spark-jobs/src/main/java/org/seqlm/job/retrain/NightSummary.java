package org.seqlm.job.retrain;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.night.Finding;
import org.seqlm.corpus.night.NightPlan;
import org.seqlm.gate.SliceGuard;
import org.seqlm.job.retrain.RetrainResult.NightText;
import org.seqlm.job.retrain.RetrainResult.Verdict;

/**
 * A night in five lines for a chat message or mail: the decision and why, the gain, what came in
 * and what was odd, the cost, and where the page is. What is not known has no line; slices by
 * fields or sources have one more.
 */
final class NightSummary {
  /** Signs of a line, as far as it is not a path: what is longer breaks on a phone. */
  static final int LONGEST = 120;

  /** Signs of a slice, so that one has room. */
  private static final int SLICE = 100;

  /** Findings of slices that keep a challenger out. */
  private static final Set<String> BLOCKING =
      Set.of(
          Json.name(SliceGuard.Finding.HARM_SHOWN),
          Json.name(SliceGuard.Finding.NOT_SHOWN_UNHARMED));

  private static final String ODD = "; odd: ";

  private NightSummary() {}

  static List<String> of(RetrainResult result) {
    List<String> lines = new ArrayList<>();
    lines.add(decision(result));
    add(lines, gain(result.contest()));
    add(lines, slices(result.contest()));
    add(lines, text(result.plan(), result.text()));
    add(lines, cost(result));
    if (result.report() != null) {
      // Whole, however long: it is there to be followed.
      lines.add("Page: " + result.report());
    }
    return lines;
  }

  private static void add(List<String> lines, String line) {
    if (line != null) {
      lines.add(line);
    }
  }

  private static String decision(RetrainResult result) {
    StringBuilder line = new StringBuilder(result.night());
    line.append(result.again() ? ", decided before: " : ": ");
    String champion = "version " + result.champion();
    if (result.decision() == Verdict.PROMOTED) {
      line.append("promoted, version ").append(result.version());
      // Another may have followed one that was decided before, or a rollback.
      line.append(
          result.champion() == result.version()
              ? " is the champion"
              : "; " + (result.champion() == 0 ? "no version" : champion) + " is the champion now");
    } else if (result.champion() == 0) {
      line.append("kept, there is no champion yet");
    } else {
      line.append("kept, ")
          .append(champion)
          .append(result.again() ? " is the champion now" : " stays the champion");
    }
    if (result.began() && !result.again()) {
      line.append(" of a new registry");
    }
    return result.reasons().isEmpty()
        ? line.toString()
        : line(line + "; ", result.reasons().get(0), more(result.reasons()));
  }

  private static String gain(JsonNode contest) {
    if (contest == null || !contest.path("gain").isNumber()) {
      return null;
    }
    JsonNode interval = contest.path("interval");
    JsonNode bits = contest.path("bits");
    return String.format(
            Locale.ROOT, "Gain: %+.4f bits a character", contest.path("gain").asDouble())
        + interval(" (clipped: %+.4f to %+.4f)", interval)
        + String.format(Locale.ROOT, ", %,d documents", contest.path("documents").asInt())
        + (bits.path("champion").isNumber()
            ? String.format(
                Locale.ROOT,
                "; all characters: %.4f to %.4f",
                bits.path("champion").asDouble(),
                bits.path("challenger").asDouble())
            : "");
  }

  /** Nothing where an end is not known, as of too few clusters to refuse any mean. */
  private static String interval(String format, JsonNode interval) {
    JsonNode lower = interval.path("lower");
    JsonNode upper = interval.path("upper");
    return lower.isNumber() && upper.isNumber()
        ? String.format(Locale.ROOT, format, lower.asDouble(), upper.asDouble())
        : "";
  }

  /**
   * The slices, those that block first and with what was found, then by rising gain, as far as
   * there is room; null where there are none but by length.
   */
  private static String slices(JsonNode contest) {
    List<JsonNode> slices = new ArrayList<>();
    if (contest != null) {
      contest.path("slices").forEach(slices::add);
    }
    if (slices.stream().allMatch(one -> one.path("name").asText().equals(SliceGuard.LENGTH))) {
      return null;
    }
    slices.sort(
        Comparator.<JsonNode>comparingInt(one -> BLOCKING.contains(finding(one)) ? 0 : 1)
            .thenComparingDouble(one -> one.path("gain").asDouble()));
    StringBuilder line = new StringBuilder("Slices: ");
    for (int i = 0; i < slices.size(); i++) {
      JsonNode one = slices.get(i);
      String next = (i == 0 ? "" : "; ") + slice(one);
      String more =
          i == slices.size() - 1
              ? ""
              : String.format(Locale.ROOT, "; %,d more", slices.size() - 1 - i);
      if (i > 0 && line.length() + next.length() + more.length() > LONGEST) {
        return line.append(String.format(Locale.ROOT, "; %,d more", slices.size() - i)).toString();
      }
      line.append(next);
    }
    return line.toString();
  }

  private static String slice(JsonNode one) {
    String figures =
        String.format(Locale.ROOT, " %+.4f", one.path("gain").asDouble())
            + interval(" (%+.4f to %+.4f)", one.path("interval"))
            + (BLOCKING.contains(finding(one)) ? " " + finding(one).replace('-', ' ') : "");
    String name = one.path("name").asText() + " " + one.path("value").asText();
    int room = SLICE - figures.length();
    return cut(name, room) + figures;
  }

  private static String finding(JsonNode slice) {
    return slice.path("finding").asText();
  }

  private static String text(NightPlan plan, NightText text) {
    if (plan == null) {
      return null;
    }
    StringBuilder line = new StringBuilder("Text: ");
    int partitions = plan.take().size();
    line.append(
        String.format(
            Locale.ROOT, "%,d %s", partitions, partitions == 1 ? "partition" : "partitions"));
    if (text != null) {
      line.append(String.format(Locale.ROOT, ", %,d documents", text.documents()));
      if (text.appended() > 0) {
        line.append(
            String.format(
                Locale.ROOT,
                ", %,d new %s",
                text.appended(),
                text.appended() == 1 ? "token" : "tokens"));
      }
    }
    String waiting =
        plan.waiting() == 0
            ? ""
            : plan.waiting() == 1
                ? "; 1 partition of a later date waits"
                : String.format(
                    Locale.ROOT, "; %,d partitions of later dates wait", plan.waiting());
    List<Finding> odd =
        plan.findings().stream().filter(one -> one.done() != Finding.Done.WAITS).toList();
    if (odd.isEmpty()) {
      return line.append(waiting).append("; nothing odd").toString();
    }
    // What is odd comes first where there is not room for both.
    String after = " (" + odd.get(0).done().words() + ")" + more(odd);
    int length = line.length() + waiting.length() + ODD.length() + odd.get(0).text().length();
    boolean room = length + after.length() <= LONGEST;
    return line(line + (room ? waiting : "") + ODD, odd.get(0).text(), after);
  }

  private static String cost(RetrainResult result) {
    if (result.seconds().isEmpty()) {
      return null;
    }
    double seconds = result.seconds().values().stream().mapToDouble(one -> one).sum();
    StringBuilder line = new StringBuilder("Cost: ").append(time(seconds));
    Double train = result.seconds().get("train");
    if (train != null) {
      line.append(", training ").append(time(train));
    }
    if (result.text() != null) {
      line.append(String.format(Locale.ROOT, "; %,d tokens came in", result.text().tokens()));
    }
    return line.toString();
  }

  /** Seconds as people say them. */
  static String time(double seconds) {
    if (seconds < 100) {
      return String.format(Locale.ROOT, "%.0f s", seconds);
    }
    long minutes = Math.round(seconds / 60);
    return minutes < 100
        ? minutes + " min"
        : String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60);
  }

  private static String more(List<?> all) {
    return all.size() == 1 ? "" : " (and " + (all.size() - 1) + " more)";
  }

  /**
   * One line of the length that a line may have: of a sentence that has no room what stands before
   * its colon, or as much as fits.
   */
  private static String line(String before, String sentence, String after) {
    String text = sentence.replaceAll("\\s+", " ").strip();
    int room = LONGEST - before.length() - after.length();
    int colon = text.indexOf(": ");
    if (text.length() > room && colon > 0) {
      text = text.substring(0, colon);
    }
    return before + cut(text, room) + after;
  }

  /** As much of a text as fits. */
  private static String cut(String text, int room) {
    if (text.length() <= room) {
      return text;
    }
    int end = Math.max(0, room - 1);
    boolean splits = end > 0 && Character.isHighSurrogate(text.charAt(end - 1));
    return text.substring(0, splits ? end - 1 : end).stripTrailing() + "…";
  }
}
