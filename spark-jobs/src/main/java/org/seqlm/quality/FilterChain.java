package org.seqlm.quality;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.UserException;
import org.seqlm.quality.Filter.LineEdit;
import org.seqlm.text.Utf8;

/**
 * Filters, one behind the other: each measures what the ones before it have left of a document's
 * lines. All rules are asked, also after one that removes, so that it is known what each would do
 * alone. Time and memory are in proportion to the document, see {@link Document} and {@link
 * Repetition}: of text in words of one letter at most 40 bytes for each of its own, of others about
 * 10. One instance a thread.
 */
public final class FilterChain {
  private final List<Filter> filters = new ArrayList<>();
  private final List<Rule> rules = new ArrayList<>();
  private final List<String> lineReasons = new ArrayList<>();
  private final List<LineEdit> edits = new ArrayList<>();

  private FilterChain() {}

  /**
   * Makes the filters.
   *
   * @throws UserException with exit code 2 and every problem; 5 if a library is missing
   */
  public static FilterChain of(List<FilterSpec> specs) {
    FilterChain chain = new FilterChain();
    List<String> problems = new ArrayList<>();
    for (FilterSpec spec : specs) {
      try {
        FilterKind kind = FilterKinds.of(spec.name());
        chain.add(kind.create(Settings.of(kind, spec.given())));
      } catch (UserException e) {
        if (e.exitCode() != org.seqlm.ExitCode.CONFIGURATION) {
          throw e;
        }
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw UserException.configuration(problems);
    }
    return chain;
  }

  private void add(Filter filter) {
    filters.add(filter);
    rules.addAll(filter.rules());
    if (filter.lines() != null) {
      edits.add(filter.lines());
      lineReasons.addAll(filter.lines().reasons());
    }
  }

  /** The effective values of all parameters, by filter. */
  public static Map<String, Map<String, Object>> effective(List<FilterSpec> specs) {
    Map<String, Map<String, Object>> all = new LinkedHashMap<>();
    for (FilterSpec spec : specs) {
      all.put(spec.name(), Settings.of(FilterKinds.of(spec.name()), spec.given()).values());
    }
    return all;
  }

  /** All rules, in the order in which they remove. */
  public List<Rule> rules() {
    return List.copyOf(rules);
  }

  /** All reasons for which lines are dropped. */
  public List<String> lineReasons() {
    return List.copyOf(lineReasons);
  }

  /**
   * What the chain makes of a document.
   *
   * @param removedBy place of the first rule that removes it; -1 where it is kept
   * @param values by rule; NaN where there is nothing to measure
   * @param text its lines as the filters leave them; the document itself where all stay as they are
   * @param dropped lines, by reason
   */
  public record Verdict(int removedBy, double[] values, Document text, long[] dropped) {
    /** Whether the document stays. */
    public boolean keeps() {
      return removedBy < 0;
    }
  }

  /** Judges a document. */
  public Verdict judge(Document document) {
    double[] values = new double[rules.size()];
    long[] dropped = new long[lineReasons.size()];
    Document text = document;
    int rule = 0;
    int reason = 0;
    for (Filter filter : filters) {
      Document edited = text;
      LineEdit lines = filter.lines();
      if (lines != null) {
        long[] counts = new long[lines.reasons().size()];
        edited = edited(text, lines, counts);
        System.arraycopy(counts, 0, dropped, reason, counts.length);
        reason += counts.length;
      }
      double[] measured = new double[filter.rules().size()];
      filter.measure(text, edited, measured);
      System.arraycopy(measured, 0, values, rule, measured.length);
      rule += measured.length;
      text = edited;
    }
    int removedBy = -1;
    for (int i = 0; i < values.length && removedBy < 0; i++) {
      removedBy = rules.get(i).removes(values[i]) ? i : -1;
    }
    return new Verdict(removedBy, values, text, dropped);
  }

  /**
   * Judges a document by its first lines, those that have together, with their line feeds, at most
   * so many bytes, but at least one; lines behind them are edited, too, where it stays.
   */
  public Verdict judge(Document document, int most) {
    int end = judgedEnd(document, most);
    Document judged =
        end == document.to() ? document : new Document(document.utf8(), document.from(), end);
    Verdict verdict = judge(judged);
    if (judged == document || !verdict.keeps()) {
      return verdict;
    }
    StringBuilder text = new StringBuilder(string(verdict.text()));
    boolean first = verdict.text().bytes() == 0;
    boolean changed = verdict.text() != judged;
    for (int at = end + 1; at < document.to() && editsLines(); ) {
      int to = Utf8.lineEnd(document.utf8(), at, document.to());
      String line = new String(document.utf8(), at, to - at, StandardCharsets.UTF_8);
      String edited = edit(line, verdict.dropped());
      changed |= !line.equals(edited);
      if (edited != null) {
        text.append(first ? "" : "\n").append(edited);
        first = false;
      }
      at = to + 1;
    }
    return new Verdict(
        verdict.removedBy(),
        verdict.values(),
        changed ? new Document(text.toString().getBytes(StandardCharsets.UTF_8)) : document,
        verdict.dropped());
  }

  /** Where a document's lines end that {@link #judge(Document, int)} judges. */
  public static int judgedEnd(Document document, int most) {
    int from = document.from();
    if (document.bytes() <= most) {
      return document.to();
    }
    byte[] utf8 = document.utf8();
    int at = from + most;
    while (at > from && utf8[at] != '\n') {
      at--;
    }
    return at > from || utf8[from] == '\n' ? at : Utf8.lineEnd(utf8, from, document.to());
  }

  private static String string(Document document) {
    return new String(document.utf8(), document.from(), document.bytes(), StandardCharsets.UTF_8);
  }

  private static Document edited(Document document, LineEdit lines, long[] dropped) {
    byte[] utf8 = document.utf8();
    StringBuilder text = new StringBuilder();
    boolean first = true;
    for (int at = document.from(); at < document.to(); ) {
      int end = Utf8.lineEnd(utf8, at, document.to());
      String kept = lines.edit(new String(utf8, at, end - at, StandardCharsets.UTF_8), dropped);
      if (kept != null) {
        text.append(first ? "" : "\n").append(kept);
        first = false;
      }
      at = end + 1;
    }
    byte[] edited = text.toString().getBytes(StandardCharsets.UTF_8);
    boolean same =
        java.util.Arrays.equals(utf8, document.from(), document.to(), edited, 0, edited.length);
    return same ? document : new Document(edited);
  }

  /** Whether any filter edits lines. */
  public boolean editsLines() {
    return !edits.isEmpty();
  }

  /**
   * Edits a line that follows a beginning that was judged.
   *
   * @param dropped by reason, which is added to
   * @return null where it is dropped
   */
  public String edit(String line, long[] dropped) {
    String text = line;
    int reason = 0;
    for (LineEdit edit : edits) {
      long[] counts = new long[edit.reasons().size()];
      text = edit.edit(text, counts);
      for (long count : counts) {
        dropped[reason++] += count;
      }
      if (text == null) {
        return null;
      }
    }
    return text;
  }
}
