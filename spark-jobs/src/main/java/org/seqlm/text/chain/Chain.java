package org.seqlm.text.chain;

import java.util.List;

/**
 * The stages of a list, one behind the other: the normalisers before the first other stage make a
 * record's text, all further stages cut it. One instance a thread.
 */
public final class Chain {
  private final List<Stage> stages;
  private final int first; // of the stages that are no leading normalisers
  private final SpanSink head;
  private SpanSink target;

  private Chain(List<Stage> stages) {
    this.stages = stages;
    int leading = 0;
    while (leading < stages.size() && stages.get(leading) instanceof Stage.Normalizer) {
      leading++;
    }
    first = leading;
    SpanSink next = (text, from, to) -> target.token(text, from, to);
    for (int i = stages.size() - 1; i >= first; i--) {
      next = before(stages.get(i), next);
    }
    head = next;
  }

  /**
   * The chain of these stages.
   *
   * @param specs that {@link Stages#check} has found right
   */
  public static Chain of(List<StageSpec> specs) {
    return new Chain(specs.stream().map(Stages::create).toList());
  }

  private static SpanSink before(Stage stage, SpanSink next) {
    if (stage instanceof Stage.Splitter splitter) {
      return (text, from, to) -> splitter.split(text, from, to, next);
    }
    if (stage instanceof Stage.Model model) {
      return (text, from, to) -> model.cut(text, from, to, next);
    }
    if (stage instanceof Stage.Filter filter) {
      return (text, from, to) -> {
        String token = text.substring(from, to);
        String kept = filter.filter(token);
        if (kept == null || kept.isEmpty()) {
          return;
        }
        if (kept.equals(token)) {
          next.token(text, from, to);
        } else {
          next.token(kept, 0, kept.length());
        }
      };
    }
    Stage.Normalizer normalizer = (Stage.Normalizer) stage;
    return (text, from, to) -> {
      String normal = normalizer.normalize(text.substring(from, to));
      if (!normal.isEmpty()) {
        next.token(normal, 0, normal.length());
      }
    };
  }

  /** What the leading normalisers make of a record's text. */
  public String normalize(String text) {
    String normal = text;
    for (int i = 0; i < first; i++) {
      normal = ((Stage.Normalizer) stages.get(i)).normalize(normal);
    }
    return normal;
  }

  /**
   * Cuts a normalised record.
   *
   * @param sink receives the tokens; those that no later stage changed are parts of {@code
   *     normalized} itself, in its order
   */
  public void cut(String normalized, SpanSink sink) {
    target = sink;
    try {
      if (!normalized.isEmpty()) {
        head.token(normalized, 0, normalized.length());
      }
    } finally {
      target = null;
    }
  }

  /**
   * Text that reads as these tokens of one line would have been written, if the last stage that
   * cuts knows better than words with one space between two; else null.
   */
  public String join(List<String> tokens) {
    for (int i = stages.size() - 1; i >= first; i--) {
      if (stages.get(i) instanceof Stage.Model model) {
        return model.join(tokens);
      }
      if (stages.get(i) instanceof Stage.Splitter splitter) {
        return splitter.join(tokens);
      }
    }
    return null;
  }
}
