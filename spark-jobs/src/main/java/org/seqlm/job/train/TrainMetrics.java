package org.seqlm.job.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.artifact.Json;
import org.seqlm.neural.files.RunFolder;

/**
 * The metrics of a run, a line of JSON for each event. Lines wait here until a checkpoint, so that
 * the folder never tells of rounds that a later process trains again; TensorBoard gets them at
 * once.
 */
final class TrainMetrics {
  private final RunFolder folder;
  private final TrainBoard board;
  private final List<String> lines = new ArrayList<>();

  TrainMetrics(RunFolder folder, TrainBoard board) {
    this.folder = folder;
    this.board = board;
  }

  /**
   * Adds a line.
   *
   * @param type of the event, the line's first key
   * @param values a record, the other keys
   */
  void add(String type, Object values) {
    ObjectNode line = (ObjectNode) Json.tree(values);
    ObjectNode node = Json.mapper().createObjectNode().put("type", type);
    node.setAll(line);
    lines.add(Json.line(node));
    board.add(type, line);
  }

  /** Writes the lines since the last time, as those until a round. */
  void write(int round) throws IOException {
    folder.writeMetrics(round, lines);
    lines.clear();
  }
}
