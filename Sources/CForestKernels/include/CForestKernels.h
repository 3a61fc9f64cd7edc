#ifndef COPPICE_FOREST_KERNELS_H
#define COPPICE_FOREST_KERNELS_H

#include <stddef.h>
#include <stdint.h>

enum { coppice_plain, coppice_avx2, coppice_avx512 };

/// Lets kernels use no more than an instruction set, so that tests can compare them. Results are the same, bit by bit.
void coppice_use_at_most(int instruction_set);

/// Finds the leaves of groups of sixteen rows in a complete tree of 1 to 6 levels of questions.
///
/// Node n has the children 2n + 1 (for values up to the threshold) and 2n + 2; leaves count from 0, left to right.
/// No value may be NaN.
///
/// - Parameters:
///   - columns: the first row of the first feature; the other features follow, `stride` floats apart.
///   - leaves: gets 16 × `groups` numbers.
void coppice_walk_complete_tree(const float *columns, size_t stride, const int32_t *features, const float *thresholds,
                                int depth, size_t groups, int32_t *leaves);

/// A value of a feature and the row that has it.
typedef struct {
    float value;
    uint32_t row;
} coppice_list_entry;

/// Finds the cut of a sorted list that gains most by the squared error: the first of equals.
///
/// A word holds a weight in its low 24 bits and a weighted target above them; 2⁵² is more than any sum of weights, and than
/// any sum of weighted targets.
///
/// - Parameters:
///   - entries: `count` of them, and eight more that name rows, whichever.
///   - total: the sum of the words of all rows.
///   - least: how many rows each side keeps, at least 1.
///   - gain: what a cut has to exceed; gets the gain of the one found.
/// - Returns: how many rows are left of the cut; 0: none gains more.
size_t coppice_search_squares(const coppice_list_entry *entries, size_t count, const int64_t *words, int64_t total,
                              size_t least, double *gain);

/// The bins of a feature in a node, and what a cut between them has to leave on each side.
typedef struct {
    /// The smallest and the largest value in each bin.
    const float *lowest, *highest;
    /// The first and the last bin that has rows.
    int first, last;
    /// The number of rows in each bin, or NULL if one on each side is enough.
    const uint32_t *counts;
    uint32_t row_count, least_rows;
    /// In the units of the sums.
    double least_weight;
} coppice_bins;

typedef struct {
    double gain;
    /// The bins on both sides of the cut.
    int left, right;
} coppice_bin_cut;

/// Finds the cut between bins that gains most by the squared error: the first of equals.
///
/// - Parameters:
///   - sums: per bin the sum of the words of its rows, as for `coppice_search_squares`.
///   - best: what a cut has to exceed; gets the one found.
/// - Returns: whether there is one.
int coppice_search_bins_squares(const coppice_bins *bins, const int64_t *sums, int64_t total, coppice_bin_cut *best);

/// Finds the cut between bins that gains most by Gini's impurity: the first of equals.
///
/// - Parameters:
///   - sums: per class the weight in each bin, the classes `plane` numbers apart.
///   - totals: the weight of each class; all together less than 2³¹.
///   - best: what a cut has to exceed; gets the one found.
/// - Returns: whether there is one.
int coppice_search_bins_gini(const coppice_bins *bins, const uint32_t *sums, int plane, const int32_t *totals,
                             int classes, coppice_bin_cut *best);

/// The same by entropy.
///
/// - Parameter table: x · ln x for whole numbers below `table_count`.
int coppice_search_bins_entropy(const coppice_bins *bins, const uint32_t *sums, int plane, const int32_t *totals,
                                int classes, const double *table, int table_count, coppice_bin_cut *best);

/// The rows of a node in the order of a feature, whose sums depend on that order.
typedef struct {
    const float *values;
    const int32_t *rows;
    /// By row its weight and its weighted target.
    const double *moments;
    size_t count;
    /// How many rows each side keeps, at least 1.
    size_t least;
    /// Of all rows.
    double weight, sum;
    /// Whether the order of the rows is known only in part.
    int is_approximate;
    /// Whether values may follow each other that are too near to cut between them.
    int may_be_near;
} coppice_real_rows;

/// Finds the cut that gains most by the squared error: the first of equals.
///
/// - Parameters:
///   - gain: what a cut has to exceed; gets the gain of the one found.
///   - is_close: gets whether the last choice could be otherwise in another order, if that is not known.
///   - position: gets how many rows are left of the cut; 0: none gains more.
/// - Returns: whether it could be searched for here; if not, nothing was done.
int coppice_search_reals(const coppice_real_rows *rows, double *gain, int *is_close, size_t *position);

enum {
    /// Two entries have the same value,
    coppice_has_equal = 1,
    /// or values that count as equal.
    coppice_has_near = 2
};

/// Which of these are true of the values of a sorted list.
int coppice_ties(const coppice_list_entry *entries, size_t count);

/// Copies the rows and the values of a list.
void coppice_unzip_entries(const coppice_list_entry *entries, size_t count, int32_t *rows, float *values);

/// Moves the entries of a node that go left to its front and the others behind them, both in their order.
///
/// - Parameters:
///   - left_count: how many go left.
///   - goes_left: by row, 1 or 0.
///   - keeps_left, keeps_right: if not, what is there afterwards is of no use.
///   - spare: room for `count` entries and eight more.
void coppice_divide_entries(coppice_list_entry *entries, size_t count, size_t left_count, const uint8_t *goes_left,
                            int keeps_left, int keeps_right, coppice_list_entry *spare);

/// Copies the entries of the rows that have a number other than `UINT32_MAX`, under that number.
///
/// - Parameter list: has room for those and eight more.
void coppice_filter_entries(const coppice_list_entry *entries, size_t count, const uint32_t *numbers,
                            coppice_list_entry *list);

/// Sorts entries by value; none is NaN. Which of equal ones comes first does not matter to a search by sums that are exact.
///
/// - Parameter spare: room for `count` entries.
void coppice_sort_entries(coppice_list_entry *entries, coppice_list_entry *spare, size_t count);

enum {
    /// Nodes of at most so many rows are small,
    coppice_small_rows = 16,
    /// if there are at most so many features.
    coppice_small_features = 64
};

/// Makes the keys of a small node's rows: a byte for each feature, how many rows have a smaller value times sixteen, and the
/// row's place in `rows`, its id.
///
/// - Parameters:
///   - features: none is NaN.
///   - row_stride, feature_stride: how far apart they are in `features`.
///   - source: the row of `features` that each row is.
///   - which: the features to look at.
///   - is_distinct: whether no two values of a feature may be the same.
///   - keys: row by row, `key_stride` bytes apart, a multiple of sixteen.
/// - Returns: whether the values are as they should be, and if they differ, differ enough; if not, the keys are of no use.
int coppice_rank_small(const float *features, size_t row_stride, size_t feature_stride, const int32_t *source,
                       const uint32_t *rows, int count, const int32_t *which, int which_count, int is_distinct,
                       uint8_t *keys, int key_stride);

/// A bit for each feature whose value is not the same in all rows.
uint64_t coppice_varying_small(const uint8_t *keys, int key_stride, const uint8_t *ids, int count);

/// A small node of 2 to 16 rows, and how to divide it.
typedef struct {
    const uint8_t *keys;
    int key_stride;
    /// Of its rows.
    uint8_t *ids;
    int count;
    /// The features to try, in the order in which the first of equals wins; each varies.
    const uint8_t *drawn;
    int drawn_count;
    /// How many rows each side keeps, at least 1.
    int least;
} coppice_small_node;

/// Finds the cut of a small node that gains most by the squared error: the first of equals, by feature, then from low to high.
/// The ids are then in the order of the winner.
///
/// - Parameters:
///   - words: as for `coppice_search_squares`, sixteen by id.
///   - position: gets how many rows are left of the cut.
/// - Returns: the winner's place in `drawn`; -1: there is no cut.
int coppice_search_small_squares(const coppice_small_node *node, const int64_t *words, int64_t total, int *position);

/// The same by Gini's impurity.
///
/// - Parameter words: sixteen by id: the row's weight in the byte of its class; those of all rows add up to less than 128.
int coppice_search_small_gini(const coppice_small_node *node, const uint64_t *words, int *position);

/// The same for sums that are not exact, which are formed from low to high. The ids are then in the order of the last feature,
/// as scikit-learn leaves them.
///
/// - Parameters:
///   - weights, sums: of weights and weighted targets, sixteen by id.
///   - weight, sum: of all rows.
///   - order: gets the ids in the order of the winner.
int coppice_search_small_reals(const coppice_small_node *node, const double *weights, const double *sums, double weight,
                               double sum, uint8_t *order, int *position);

/// A question, or a leaf: the highest bit marks a leaf, the next one that missing values go left.
typedef struct {
    float threshold;
    uint32_t bits;
} coppice_node;

/// Where the feature and the left child stand among a node's bits. The child counts from the root, and the right one
/// follows it; a leaf has its own place there.
typedef struct {
    uint32_t child_bits;
    uint32_t child_mask;
    uint32_t feature_mask;
} coppice_node_layout;

/// Finds the leaves of rows.
///
/// - Parameters:
///   - rows: row-major.
///   - places: where each row stands, counted from the root; gets the place of its leaf.
void coppice_walk_tree(const coppice_node *tree, coppice_node_layout layout, const float *rows, size_t row_count,
                       size_t feature_count, int has_missing, int32_t *places);

/// A node that a row comes by.
typedef struct {
    uint32_t row;
    int32_t place;
} coppice_visit;

/// Finds the leaves of rows from the root on, and notes where each row is first asked for each feature.
///
/// - Parameters:
///   - leaves: gets the place of each row's leaf.
///   - seen: room for `row_count * feature_count` marks.
///   - visits: room for `row_count + 1` visits for each feature, one feature after the other.
///   - visit_counts: gets the number of visits for each feature.
void coppice_trace_tree(const coppice_node *tree, coppice_node_layout layout, const float *rows, size_t row_count,
                        size_t feature_count, int has_missing, int32_t *leaves, uint8_t *seen, coppice_visit *visits,
                        size_t *visit_counts);

/// Finds the leaves of rows that stand at different nodes.
///
/// - Parameter leaves: gets the place of each row that has a visit.
void coppice_resume_walk(const coppice_node *tree, coppice_node_layout layout, const float *rows, size_t feature_count,
                         int has_missing, const coppice_visit *visits, size_t visit_count, int32_t *leaves);

#endif
