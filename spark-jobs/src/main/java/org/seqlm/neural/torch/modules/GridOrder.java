package org.seqlm.neural.torch.modules;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * In which order the cells of a grid of n dimensions are computed from one of its corners: those of
 * an anti-diagonal, whose distances from the corner have one sum, need only those of the one
 * before, and are computed together.
 */
final class GridOrder {
  private final long[] cells;
  private final List<Diagonal> diagonals;

  /**
   * An anti-diagonal.
   *
   * @param from its first cell's place in {@link #cells}
   * @param size cells
   * @param before for each dimension and each cell the place, among the cells of the diagonal
   *     before, of the neighbour one step nearer to the corner; as many as there are where there is
   *     none
   */
  record Diagonal(int from, int size, long[][] before) {}

  /**
   * The order from a corner.
   *
   * @param extents of each dimension
   * @param corner bit d is set where dimension d is read from its end
   */
  GridOrder(List<Integer> extents, int corner) {
    int n = extents.size();
    int count = extents.stream().reduce(1, Math::multiplyExact);
    int sums = extents.stream().mapToInt(extent -> extent - 1).sum();
    List<List<int[]>> found = new ArrayList<>();
    for (int s = 0; s <= sums; s++) {
      found.add(new ArrayList<>());
    }
    for (int cell = 0; cell < count; cell++) {
      int[] at = new int[n]; // steps from the corner
      int rest = cell;
      for (int d = n - 1; d >= 0; d--) {
        at[d] = rest % extents.get(d);
        rest /= extents.get(d);
      }
      found.get(Arrays.stream(at).sum()).add(at);
    }
    cells = new long[count];
    diagonals = new ArrayList<>();
    int[] places = new int[count]; // of a cell, by its steps, in its diagonal
    int from = 0;
    for (int s = 0; s <= sums; s++) {
      List<int[]> here = found.get(s);
      long[][] before = new long[n][here.size()];
      for (int i = 0; i < here.size(); i++) {
        int[] at = here.get(i);
        places[place(at, extents, 0)] = i;
        cells[from + i] = place(at, extents, corner);
        for (int d = 0; d < n; d++) {
          int[] nearer = at.clone();
          nearer[d]--;
          before[d][i] =
              nearer[d] >= 0
                  ? places[place(nearer, extents, 0)]
                  : s == 0 ? 0 : found.get(s - 1).size();
        }
      }
      diagonals.add(new Diagonal(from, here.size(), before));
      from += here.size();
    }
  }

  /** The place of a cell, row-major, of its steps from a corner. */
  private static int place(int[] steps, List<Integer> extents, int corner) {
    int place = 0;
    for (int d = 0; d < steps.length; d++) {
      int extent = extents.get(d);
      int at = (corner >> d & 1) == 0 ? steps[d] : extent - 1 - steps[d];
      place = place * extent + at;
    }
    return place;
  }

  /** All cells' places in the grid, row-major, in the order in which they are computed. */
  long[] cells() {
    return cells;
  }

  List<Diagonal> diagonals() {
    return diagonals;
  }
}
