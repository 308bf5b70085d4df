// How `npm run version:bump` writes a changeset into CHANGELOG.md: as a list item, without the hash of its commit.
const getReleaseLine = async ({ summary }) => {
  const [first, ...rest] = summary.trim().split('\n');
  return [`- ${first}`, ...rest.map((line) => `  ${line}`.trimEnd())].join('\n');
};

module.exports = { getReleaseLine, getDependencyReleaseLine: async () => '' };
