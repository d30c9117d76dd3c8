package org.seqlm.job.example;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Overwrite;
import org.seqlm.example.AgreementPairs;
import org.seqlm.example.Example;
import org.seqlm.example.Grammar;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.store.Paths;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm example}: writes the built-in example as a plain folder. */
@Command(
    name = "example",
    description = {
      "Write the built-in example: English sentences from a grammar whose entropy is known"
          + " exactly.",
      "DIR/corpus.txt holds one sentence a line, DIR/pairs.jsonl pairs that test agreement in"
          + " number at a distance, DIR/grammar.json the exact entropy, DIR/grammar.tsv every arc."
    })
public final class ExampleCommand extends JobCommand<ExampleConfig, ExampleResult> {
  static final String CORPUS = "corpus.txt";
  static final String PAIRS = "pairs.jsonl";
  static final String SUMMARY = "grammar.json";
  static final String ARCS = "grammar.tsv";

  @Option(names = "--output", paramLabel = "DIR", description = "Folder to make.")
  String output;

  @Option(names = "--size", paramLabel = "SIZE", description = "At least so much text (2MB).")
  String size;

  public ExampleCommand() {
    super(ExampleConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides.put("output", output).put("size", size);
  }

  @Override
  public String plan(ExampleConfig config, JobContext context) throws IOException {
    Path folder = Paths.of(config.output());
    check(folder.getFileSystem(context.hadoop()), folder, context.overwrite());
    return String.format(
        Locale.ROOT,
        "write about %,d sentences (%,d bytes) to %s",
        Math.round(config.bytes() / Example.floor().characters()),
        config.bytes(),
        config.output());
  }

  @Override
  public ExampleResult run(ExampleConfig config, JobContext context) throws IOException {
    Path folder = Paths.of(config.output());
    FileSystem fs = folder.getFileSystem(context.hadoop());
    check(fs, folder, context.overwrite());
    context.progress().stage("example", config.bytes(), "bytes");
    try {
      return write(config, context, fs, folder);
    } catch (IOException | RuntimeException | FSError e) {
      // Of a full disk Hadoop's local file system says so in an error.
      fs.delete(folder, true);
      throw e;
    }
  }

  private static ExampleResult write(
      ExampleConfig config, JobContext context, FileSystem fs, Path folder) throws IOException {
    // Written last and looked for first: a folder without it is incomplete and may be replaced.
    fs.delete(folder, true);
    fs.mkdirs(folder);
    Example.Written text;
    try (Writer out = writer(fs, new Path(folder, CORPUS))) {
      text = Example.write(out, config.bytes(), config.seed());
    }
    context.progress().update(text.bytes(), "");
    List<AgreementPairs.Pair> pairs = AgreementPairs.draw(config.seed(), config.pairs());
    try (Writer out = writer(fs, new Path(folder, PAIRS))) {
      for (AgreementPairs.Pair pair : pairs) {
        out.append(Json.line(pair)).append('\n');
      }
    }
    Grammar grammar = Example.grammar();
    try (Writer out = writer(fs, new Path(folder, ARCS))) {
      out.append("state\tword\tweight\tnext\n");
      for (int s = 0; s < grammar.states(); s++) {
        for (Grammar.Arc arc : grammar.arcs(s)) {
          out.append(grammar.name(s)).append('\t').append(arc.word()).append('\t');
          out.append(Long.toString(arc.weight())).append('\t');
          out.append(grammar.name(arc.target())).append('\n');
        }
      }
    }
    ExampleResult result = result(config, text, pairs.size());
    try (Writer out = writer(fs, new Path(folder, SUMMARY))) {
      out.append(Json.pretty(result));
    }
    return result;
  }

  private static ExampleResult result(ExampleConfig config, Example.Written text, int pairs) {
    Grammar.Entropy floor = Example.floor();
    return new ExampleResult(
        "Sentences drawn independently from the grammar in "
            + ARCS
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

  /** Refuses to touch anything but an example of ours that may be replaced. */
  private static void check(FileSystem fs, Path folder, Overwrite overwrite) throws IOException {
    if (!fs.exists(folder)) {
      return;
    }
    boolean directory = fs.getFileStatus(folder).isDirectory();
    if (directory && fs.listStatus(folder).length == 0) {
      return;
    }
    boolean complete = directory && fs.exists(new Path(folder, SUMMARY));
    boolean incomplete = directory && !complete && fs.exists(new Path(folder, CORPUS));
    if (complete && overwrite == Overwrite.REFUSE) {
      throw UserException.configuration(
          "output " + folder + " exists: give --overwrite to replace it, or another --output");
    }
    boolean foreign = false;
    if (directory) {
      for (var status : fs.listStatus(folder)) {
        String name = status.getPath().getName();
        foreign |= !List.of(CORPUS, PAIRS, SUMMARY, ARCS).contains(name) && !name.startsWith(".");
      }
    }
    if (foreign || (!complete && !incomplete)) {
      throw UserException.configuration(
          "output "
              + folder
              + " exists and holds what is no example of ours: give another --output, or remove it"
              + " yourself");
    }
  }

  private static Writer writer(FileSystem fs, Path file) throws IOException {
    return new BufferedWriter(
        new OutputStreamWriter(Paths.plain(fs).create(file, true), StandardCharsets.UTF_8),
        1 << 16);
  }

  @Override
  public String summary(ExampleConfig config, ExampleResult result) {
    return String.format(
        Locale.ROOT,
        "%,d sentences, %,d tokens, %,d bytes in %s/%s; %,d agreement pairs in %s%n"
            + "entropy of the source: %.4f bits a token, %.4f bits a character, perplexity %.3f",
        result.sentences(),
        result.tokens(),
        result.bytes(),
        config.output(),
        CORPUS,
        result.pairs(),
        PAIRS,
        result.bitsPerToken(),
        result.bitsPerCharacter(),
        result.perplexity());
  }
}
