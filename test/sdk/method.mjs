// How a method of a service is described, so that what an SDK ships can be
// compared with it and its answers be checked.

// method describes one method: the tested majors that have it (9 means from 9 on,
// '9-14' from 9 to 14), the status and model of its success, and its parameters
// in positional order, where name@20 means from major 20 on. A method that only
// ever fails here, because nothing in the suite makes its rows, names that error.
export const method = (majors, status, model, parameters = '', fails = undefined) => ({
  majors: span(majors), status, model, fails,
  parameters: parameters.split(' ').filter(Boolean).map((word) => {
    const [name, had = 0] = word.split('@');
    return { name, majors: span(had) };
  }),
});

// notServed describes a method whose route Roster does not have.
export const notServed = (majors, parameters = '') => method(majors, undefined, undefined, parameters, 'general_route_not_found');

// renamed describes a method that other majors have under another name.
export const renamed = (majors, described) => ({ ...described, majors: span(majors) });

function span(majors) {
  const [from, until = Infinity] = String(majors).split('-').map(Number);
  return { from, until };
}

export const had = ({ majors: { from, until } }, major) => from <= major && major <= until;
