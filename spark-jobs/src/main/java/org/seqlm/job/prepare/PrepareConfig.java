package org.seqlm.job.prepare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.seqlm.Problems;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.example.ExampleSplits;
import org.seqlm.corpus.example.RoleColumns;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.dataset.VocabularySource;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.text.TextRules;
import org.seqlm.vocab.ExtendedVocabulary;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;

/**
 * Configuration of {@code prepare}; its keys are explained in {@code conf/prepare.yaml}.
 *
 * @param input the text
 * @param output the dataset's folder
 * @param tokenizer how text becomes tokens
 * @param splits how it is cut
 * @param labels fields of records that are kept with the documents of the test split
 * @param vocabulary which tokens get ids
 * @param examples which labelled examples there are in place of text
 * @param partitions tasks of the stages whose number is free; 0 for the cluster's
 * @param seed of hashed splits
 */
public record PrepareConfig(
    CorpusSource input,
    String output,
    TextRules tokenizer,
    SplitRules splits,
    List<String> labels,
    VocabularyChoice vocabulary,
    ExampleChoice examples,
    int partitions,
    long seed)
    implements JobConfig {

  /**
   * The group {@code vocabulary}.
   *
   * @param maxSize ids, reserved ones included; 0 for no limit
   * @param minCount of a token that gets an id
   * @param from what the vocabulary is made from
   * @param base the dataset or model whose vocabulary new tokens are appended to; null for none
   * @param maxAppended new tokens behind the base's; null for no limit
   */
  record VocabularyChoice(
      int maxSize, long minCount, VocabularySource from, String base, Integer maxAppended) {
    VocabularyChoice {
      new Problems()
          .present("vocabulary.from", from, "give train or all")
          .atLeast("vocabulary.max-appended", maxAppended == null ? 0 : maxAppended, 0)
          .require(
              maxAppended == null || base != null,
              "vocabulary.max-appended is of tokens behind those of vocabulary.base, which is"
                  + " none: give --vocabulary-from, or vocabulary.max-size")
          .throwIfAny();
      new VocabularyLimits(maxSize, minCount);
    }

    /** What is appended to the base, which is read by now. */
    ExtendedVocabulary extended(Vocabulary known) {
      return new ExtendedVocabulary(
          known, limits(), maxAppended == null ? Integer.MAX_VALUE : maxAppended);
    }

    VocabularyLimits limits() {
      return new VocabularyLimits(maxSize, minCount);
    }
  }

  /**
   * The group {@code examples}.
   *
   * @param task what is to be learned of them; null for text
   * @param columns of each role that is not called like it the column
   */
  record ExampleChoice(ExampleTask task, Map<String, String> columns) {
    ExampleChoice {
      columns = columns == null ? Map.of() : columns;
    }

    /** Which column has which role; a task is given or found. */
    RoleColumns columns(ExampleTask ofFolder) {
      return new RoleColumns(task == null ? ofFolder : task, columns);
    }
  }

  public PrepareConfig {
    labels = labels == null ? List.of() : List.copyOf(labels);
    new DocumentFields(labels, splits.clusterField());
    new Problems()
        .require(
            labels.isEmpty() || splits.method() != SplitMethod.CONTIGUOUS,
            "labels are of documents that are dealt out as wholes, but splits.method is contiguous:"
                + " give hashed-words:TRAIN,VALID,TEST or hashed (--splits)")
        .require(
            splits.clusterField() == null
                || input.document() == DocumentUnit.AUTO
                || input.document() == DocumentUnit.RECORD,
            "splits.cluster-field is of documents that are records, but input.document is "
                + Json.name(input.document())
                + ": give record or auto (--document)")
        .present("examples", examples, "give task and columns")
        .present("output", output, "give --output FOLDER")
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
  }

  /**
   * What decides the dataset's content, for its manifest: not where it or its vocabulary's base
   * lies, which is an input, or how many tasks.
   */
  ObjectNode recorded() {
    ObjectNode tree = (ObjectNode) Json.tree(this);
    tree.remove("output");
    tree.remove("partitions");
    ObjectNode choice = (ObjectNode) tree.get("vocabulary");
    choice.remove("base");
    if (vocabulary.base() == null) {
      choice.remove("max-appended");
    }
    if (labels.isEmpty()) {
      tree.remove("labels"); // as it was before there were any
    }
    if (examples.task() == null && examples.columns().isEmpty()) {
      tree.remove("examples"); // as it was before there were any
    }
    return tree;
  }

  /**
   * The same of labelled examples.
   *
   * @param method by which they were dealt to splits; those that name their split themselves have
   *     no use for fractions
   */
  ObjectNode recorded(ExampleSplits.Method method) {
    ObjectNode tree = recorded();
    ObjectNode group = (ObjectNode) tree.get("splits");
    if (method != ExampleSplits.Method.HASHED) {
      group.removeAll();
    }
    group.put("method", Json.name(method));
    return tree;
  }

  /** The same of other text. */
  PrepareConfig with(CorpusSource other) {
    return new PrepareConfig(
        other, output, tokenizer, splits, labels, vocabulary, examples, partitions, seed);
  }

  @Override
  public JobFiles files() {
    return new JobFiles()
        .readsText("--input", input.paths())
        .readsModel("--vocabulary-from", vocabulary.base())
        .writes("--output", output);
  }
}
