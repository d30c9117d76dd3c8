package org.seqlm.job.example;

import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.Progress;
import org.seqlm.artifact.Json;
import org.seqlm.example.AgreementPairs;
import org.seqlm.example.Example;
import org.seqlm.example.Grammar;

/** The files of the kind {@code grammar}. */
final class GrammarFiles {
  private GrammarFiles() {}

  static String plan(ExampleConfig config) {
    return String.format(
        Locale.ROOT,
        "write about %,d sentences (%,d bytes) to %s",
        Math.round(config.bytes() / Example.floor().characters()),
        config.bytes(),
        config.output());
  }

  static GrammarResult write(ExampleConfig config, Progress progress, ExampleFolder folder)
      throws IOException {
    Example.Written text;
    try (Writer out = folder.writer(ExampleFolder.CORPUS)) {
      text = Example.write(out, config.bytes(), config.seed());
    }
    progress.update(text.bytes(), "");
    List<AgreementPairs.Pair> pairs = AgreementPairs.draw(config.seed(), config.pairs());
    try (Writer out = folder.writer(ExampleFolder.PAIRS)) {
      for (AgreementPairs.Pair pair : pairs) {
        out.append(Json.line(pair)).append('\n');
      }
    }
    Grammar grammar = Example.grammar();
    try (Writer out = folder.writer(ExampleFolder.ARCS)) {
      out.append("state\tword\tweight\tnext\n");
      for (int s = 0; s < grammar.states(); s++) {
        for (Grammar.Arc arc : grammar.arcs(s)) {
          out.append(grammar.name(s)).append('\t').append(arc.word()).append('\t');
          out.append(Long.toString(arc.weight())).append('\t');
          out.append(grammar.name(arc.target())).append('\n');
        }
      }
    }
    GrammarResult result = result(config, text, pairs.size());
    folder.json(ExampleFolder.FLOOR, floor(result));
    Map<String, Object> task = new LinkedHashMap<>();
    task.put("kind", "grammar");
    task.put("task", "language");
    folder.json(ExampleFolder.TASK, task);
    folder.json(ExampleFolder.GRAMMAR, result);
    return result;
  }

  private static Map<String, Object> floor(GrammarResult result) {
    Map<String, Object> floor = new LinkedHashMap<>();
    floor.put("metric", "perplexity");
    floor.put("floor", result.perplexity());
    floor.put(
        "about",
        "in expectation over words, by the exact entropy of the grammar: no model of any text of it"
            + " does better");
    floor.put("bits-per-token", result.bitsPerToken());
    floor.put("bits-per-character", result.bitsPerCharacter());
    return floor;
  }

  private static GrammarResult result(ExampleConfig config, Example.Written text, int pairs) {
    Grammar.Entropy floor = Example.floor();
    return new GrammarResult(
        "Sentences drawn independently from the grammar in "
            + ExampleFolder.ARCS
            + "; tokens are words, punctuation marks and one line end a sentence",
        config.seed(),
        text.sentences(),
        text.tokens(),
        text.characters(),
        text.bytes(),
        Example.grammar().words().size(),
        Example.grammar().states(),
        floor.nats(),
        floor.tokens(),
        floor.characters(),
        floor.bitsPerToken(),
        floor.bitsPerCharacter(),
        floor.perplexity(),
        text.bitsPerToken(),
        text.bitsPerCharacter(),
        pairs);
  }

  static String summary(ExampleConfig config, GrammarResult result) {
    return String.format(
        Locale.ROOT,
        "%,d sentences, %,d tokens, %,d bytes in %s/%s; %,d agreement pairs in %s%n"
            + "entropy of the source: %.4f bits a token, %.4f bits a character, perplexity %.3f",
        result.sentences(),
        result.tokens(),
        result.bytes(),
        config.output(),
        ExampleFolder.CORPUS,
        result.pairs(),
        ExampleFolder.PAIRS,
        result.bitsPerToken(),
        result.bitsPerCharacter(),
        result.perplexity());
  }
}
