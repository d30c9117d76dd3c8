package org.seqlm.job.prepare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.seqlm.Problems;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.plan.CorpusSource;
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
 * @param vocabulary which tokens get ids
 * @param partitions tasks of the stages whose number is free; 0 for the cluster's
 * @param seed of hashed splits
 */
public record PrepareConfig(
    CorpusSource input,
    String output,
    TextRules tokenizer,
    SplitRules splits,
    VocabularyChoice vocabulary,
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

  public PrepareConfig {
    new Problems()
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
    return tree;
  }

  @Override
  public JobFiles files() {
    return new JobFiles()
        .readsText("--input", input.paths())
        .readsModel("--vocabulary-from", vocabulary.base())
        .writes("--output", output);
  }
}
