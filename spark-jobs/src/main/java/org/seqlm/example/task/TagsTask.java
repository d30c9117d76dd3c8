package org.seqlm.example.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.example.TaggedGrammar;

/**
 * The parts of speech of sentences of the built-in grammar, some of whose words look alike ({@link
 * TaggedGrammar#english()}).
 */
public final class TagsTask implements ExampleTask<TagsTask.Sentence> {
  private final TaggedGrammar grammar = TaggedGrammar.english();
  private final TagPosteriors posteriors = new TagPosteriors(grammar);

  /**
   * A sentence.
   *
   * @param input words and marks
   * @param tags of each its part of speech
   */
  record Sentence(List<String> input, List<String> tags) implements TaskExample {
    @Override
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("input", input);
      fields.put("tags", tags);
      return fields;
    }

    @Override
    public String line() {
      List<String> words = new ArrayList<>();
      for (int i = 0; i < input.size(); i++) {
        words.add(input.get(i) + "/" + tags.get(i));
      }
      return String.join(" ", words);
    }
  }

  @Override
  public String kind() {
    return "tags";
  }

  @Override
  public String task() {
    return "tag";
  }

  @Override
  public String metric() {
    return "accuracy";
  }

  @Override
  public String description() {
    return "parts of speech of sentences of the built-in grammar, with words that look alike";
  }

  @Override
  public TaskSizes sizes() {
    return new TaskSizes(6_000, 500, 1_500);
  }

  @Override
  public Sentence draw(long seed, TaskSplit split, int position) {
    TaggedGrammar.Tagged tagged =
        grammar.sample(Draw.of(seed, kind(), split, position).splittable());
    return new Sentence(tagged.words(), tagged.tags());
  }

  @Override
  public Floor floor(List<Sentence> test) {
    BayesAccuracy whole = new BayesAccuracy();
    BayesAccuracy beginning = new BayesAccuracy();
    BayesAccuracy alone = new BayesAccuracy();
    Map<String, double[]> byWord = posteriors.givenWord();
    for (Sentence sentence : test) {
      double[][] givenSentence = posteriors.givenSentence(sentence.input);
      double[][] givenBeginning = posteriors.givenBeginning(sentence.input);
      for (int t = 0; t < sentence.input.size(); t++) {
        int tag = posteriors.tag(sentence.tags.get(t));
        whole.add(givenSentence[t], tag);
        beginning.add(givenBeginning[t], tag);
        alone.add(byWord.get(sentence.input.get(t)), tag);
      }
    }
    return whole
        .floor(
            "accuracy of Bayes' rule on the words of the test split, by the grammar's forward and"
                + " backward probabilities given the whole sentence; floor-left-to-right given the"
                + " words up to and including the tagged one, floor-word-alone given that word;"
                + " expected and what begins with it are the means of the highest posteriors")
        .with("floor-left-to-right", beginning.accuracy())
        .with("expected-left-to-right", beginning.expected())
        .with("floor-word-alone", alone.accuracy())
        .with("expected-word-alone", alone.expected());
  }
}
