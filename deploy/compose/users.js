// The replica set of one member, and a user for each process: the rights of deploy/local/store.py. Repeated, it changes nothing
// but passwords. From the environment: MONGO_INITDB_ROOT_USERNAME and _PASSWORD, and <USER>_MONGO_PASSWORD of each user.
const env = process.env
const root = `${env.MONGO_INITDB_ROOT_USERNAME}:${env.MONGO_INITDB_ROOT_PASSWORD}`
const admin = connect(`mongodb://${root}@mongo:27017/admin?directConnection=true`)
try { admin.adminCommand({replSetGetStatus: 1}).ok || quit(1) } catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error
  admin.adminCommand({replSetInitiate: {_id: 'rollcall', members: [{_id: 0, host: 'mongo:27017'}]}})
}
while (!admin.hello().isWritablePrimary) sleep(200)

const bus = [{resource: {db: 'rollcall_bus', collection: ''},
  actions: ['find', 'insert', 'createIndex', 'listIndexes', 'createCollection', 'listCollections']}]
if (!admin.getRole('bus')) admin.createRole({role: 'bus', privileges: bus, roles: []})

const onBus = {role: 'bus', db: 'admin'}
const own = name => ({role: 'readWrite', db: `rollcall_${name}`})
const users = {
  'topics': [onBus],
  'upload-keys': [own('keys')],
  'identity': [own('identity'), onBus],
  'roster': [own('roster'), onBus],
  'upload': [own('upload'), onBus],
  'stats': [own('stats'), {role: 'read', db: 'rollcall_bus'}],
}
for (const [user, roles] of Object.entries(users)) {
  const pwd = env[`${user.toUpperCase().replaceAll('-', '_')}_MONGO_PASSWORD`]
  if (!pwd) { print(`no password for ${user}`); quit(1) }
  if (admin.getUser(user)) admin.updateUser(user, {pwd, roles})
  else admin.createUser({user, pwd, roles})
}
